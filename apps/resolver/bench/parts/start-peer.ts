/** A peer with its rules, in a folder of its own. */
import { mkdirSync } from 'node:fs'
import type { Peer, PeerWorld } from '../comparison/peers/peer.ts'
import { freePort } from '../comparison/ports.ts'
import type { ServerProcess } from '../comparison/server-process.ts'
import { timeToBlock } from '../comparison/weir-tasks.ts'
import type { World } from '../comparison/world.ts'

export interface StartedPeer {
  readonly port: number
  readonly process: ServerProcess
  readonly place: PeerWorld
}

/** Waits until it blocks. It ends with the world. */
export async function startPeer(world: World, peer: Peer, list: readonly string[]): Promise<StartedPeer> {
  const folder = world.path(peer.name)
  mkdirSync(folder)
  await peer.prepare(folder, list)
  const port = await freePort()
  const place = { folder, port, upstreamPort: world.upstreamPort, core: world.plan.cores?.server ?? 0 }
  let server: ServerProcess | undefined
  const start = (): ServerProcess => {
    server = peer.start(place, true)
    return server
  }
  world.atEnd(async () => server?.stop())
  await timeToBlock(start, port, list[0]!)
  return { port, process: server!, place }
}
