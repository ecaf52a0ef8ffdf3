/** Knot Resolver with the names in a response policy zone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerProcess } from '../server-process.ts'
import type { Peer, PeerWorld } from './peer.ts'

import { rpzPath, writeRpz } from './rpz.ts'

const configuration = (
  { folder, port, upstreamPort }: PeerWorld,
  hasList: boolean,
): string => `net.listen('127.0.0.1', ${port}, { kind = 'dns' })
modules.unload('ta_update'); modules.unload('ta_signal_query'); modules.unload('priming')
modules.unload('detect_time_skew'); modules.unload('detect_time_jump')
trust_anchors.remove('.')
cache.size = 512*MB
${hasList ? `policy.add(policy.rpz(policy.DENY, '${rpzPath(folder)}', false))` : ''}
policy.add(policy.all(policy.FORWARD('127.0.0.1@${upstreamPort}')))
`

export const knotResolver: Peer = {
  name: 'kresd',
  packages: ['knot-resolver'],
  version: ['kresd', '--version'],
  prepare: writeRpz,
  start(world, hasList) {
    const { folder, core } = world
    const path = join(folder, 'kresd.conf')
    writeFileSync(path, configuration(world, hasList))
    return new ServerProcess({ command: 'kresd', args: ['-n', '-c', path, folder], core })
  },
}
