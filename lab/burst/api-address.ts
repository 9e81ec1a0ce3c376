import type { Context } from "../context.ts";
import { findLab } from "../running-lab.ts";
import { readLabConfig } from "../settings.ts";
import { apiUrl } from "../start/summary.ts";
import { reachable } from "../supervisor/probe.ts";

type LabAddress = { readonly apiUrl: string; readonly jaegerUrl: string };

/** Where the order API and the traces are: as this folder's lab has them, else as the settings say (Compose). */
export function labAddress(context: Context): LabAddress {
  const lab = findLab(context);
  const config = readLabConfig(context.env, context.root);
  return {
    apiUrl: (lab && apiUrl(lab)) ?? `http://${reachable(config.host)}:${config.ports.api}`,
    jaegerUrl: lab?.jaegerUrl ?? config.jaegerUrl,
  };
}
