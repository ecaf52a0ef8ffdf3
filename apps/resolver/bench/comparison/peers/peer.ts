/** What the benchmark needs to know of a resolver that Weir is measured beside. */
import type { ServerProcess } from '../server-process.ts'

export interface PeerWorld {
  readonly folder: string
  readonly port: number
  readonly upstreamPort: number
  readonly core: number
}

/** A server from Debian with its cache on, one thread for answering, no log, and everything forwarded to one upstream. */
export interface Peer {
  readonly name: string
  /** Debian packages that it and its tools come from. */
  readonly packages: readonly string[]
  /** Prints the version. */
  readonly version: readonly [command: string, ...args: string[]]
  /** Writes the rules, once, before any start. */
  prepare(folder: string, list: readonly string[]): Promise<void>
  /** @param hasList false: without a block list, for the memory of an empty server */
  start(world: PeerWorld, hasList: boolean): ServerProcess
  /** Makes a running server read its rules again, which `prepare` has replaced; missing: not without a restart. */
  readonly reload?: (world: PeerWorld, server: ServerProcess) => Promise<void> | void
}

export function* mapped(list: readonly string[], line: (name: string) => string): Generator<string> {
  for (const name of list) yield line(name)
}
