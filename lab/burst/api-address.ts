import { chooseLab } from "../choose-lab.ts";
import type { Context } from "../context.ts";
import type { LabAddress } from "../lab.ts";

/** Where the order API and the traces of the lab are that a command is about. */
export async function labAddress(context: Context): Promise<LabAddress> {
  return (await chooseLab(context)).address();
}
