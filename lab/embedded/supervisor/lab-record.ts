import { type LabFile, type ProcessEntry, removeLabFile, writeLabFile } from "../../state/lab-file.ts";

export type LabRecord = ReturnType<typeof createRecord>;

const retryMs = 1000;

/**
 * The lab's process list in memory and on disk. A change is on disk before the call returns. One that cannot be written
 * (disk full) is reported to `onFailure` once and retried every second: it must not end the process that keeps the others
 * up.
 *
 * @throws the file system's error when the first list cannot be written; nothing has been started then
 */
export function createRecord(path: string, initial: LabFile, onFailure: (thrown: unknown) => void) {
  let lab = initial;
  let retry: NodeJS.Timeout | undefined;
  writeLabFile(path, lab);

  function write(): void {
    clearTimeout(retry);
    const isNew = retry === undefined;
    retry = undefined;
    try {
      writeLabFile(path, lab);
    } catch (thrown) {
      if (isNew) onFailure(thrown);
      retry = setTimeout(write, retryMs);
    }
  }

  function update(change: Partial<LabFile>): void {
    lab = { ...lab, ...change };
    write();
  }

  return {
    processes: (): readonly ProcessEntry[] => lab.processes,
    /** False while the list on disk is older than the one in memory. */
    isWritten: (): boolean => retry === undefined,
    put(entry: ProcessEntry): void {
      const at = lab.processes.findIndex(({ name }) => name === entry.name);
      update({ processes: at < 0 ? [...lab.processes, entry] : lab.processes.with(at, entry) });
    },
    drop(name: string): void {
      update({ processes: lab.processes.filter((entry) => entry.name !== name) });
    },
    markUp(): void {
      update({ isUp: true });
    },
    /** The actual partitions of each topic. */
    setPartitions(partitionsOf: LabFile["partitionsOf"]): void {
      update({ partitionsOf });
    },
    remove(): void {
      clearTimeout(retry);
      removeLabFile(path);
    },
  };
}
