/** The two ways to run: for figures, with pinned cores, nsd and dnsperf; and small, to see that everything still works. */
import { spawnSync } from 'node:child_process'
import { startNsd, startSmallAuthoritative } from './authoritative.ts'
import { runDnsperf } from './dnsperf.ts'
import { freePort } from './ports.ts'
import { smallLoad } from './small-load.ts'
import type { WorldPlan } from './world.ts'

const SERVER_CORE = 0
const LOAD_CORE = 1
const SMOKE_LINES = 200

export const fullWorld: WorldPlan = {
  cores: { server: SERVER_CORE, load: LOAD_CORE },
  startUpstream: async (folder) => startNsd(folder, await freePort(), LOAD_CORE),
  load: (run) => runDnsperf(run, LOAD_CORE),
}

export const smokeWorld: WorldPlan = {
  cores: undefined,
  startUpstream: () => startSmallAuthoritative(),
  load: smallLoad(SMOKE_LINES),
}

/** Leaves the server's core to it. */
export const stepAside = (): void => void spawnSync('taskset', ['-pc', String(LOAD_CORE), String(process.pid)])

/** An end by signal runs the exit handlers too, which end the servers. */
export function endOnSignals(): void {
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}
