import { type LabFile, type ProcessEntry, removeLabFile, writeLabFile } from "../state/lab-file.ts";

export type LabRecord = ReturnType<typeof createRecord>;

/** The lab's process list in memory and on disk; every change is on disk before the call returns. */
export function createRecord(path: string, initial: LabFile) {
  let lab = initial;
  writeLabFile(path, lab);
  function update(change: Partial<LabFile>): void {
    lab = { ...lab, ...change };
    writeLabFile(path, lab);
  }
  return {
    processes: (): readonly ProcessEntry[] => lab.processes,
    put(entry: ProcessEntry): void {
      const at = lab.processes.findIndex(({ name }) => name === entry.name);
      update({ processes: at < 0 ? [...lab.processes, entry] : lab.processes.with(at, entry) });
    },
    drop(name: string): void {
      update({ processes: lab.processes.filter((entry) => entry.name !== name) });
    },
    isUp(): void {
      update({ isUp: true });
    },
    remove(): void {
      removeLabFile(path);
    },
  };
}
