/** PowerDNS Recursor with the names in a response policy zone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerProcess } from '../server-process.ts'
import type { Peer, PeerWorld } from './peer.ts'

import { rpzPath, writeRpz } from './rpz.ts'

const configuration = ({ folder, port, upstreamPort }: PeerWorld, hasList: boolean): string => `local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
daemon=no
threads=1
pdns-distributes-queries=no
reuseport=yes
forward-zones-recurse=.=127.0.0.1:${upstreamPort}
dont-query=
dnssec=off
allow-from=127.0.0.0/8
quiet=yes
loglevel=3
disable-syslog=yes
max-cache-entries=2000000
max-packetcache-entries=1000000
max-mthreads=4096
security-poll-suffix=
${hasList ? `lua-config-file=${join(folder, 'policy.lua')}` : ''}
`

export const recursor: Peer = {
  name: 'recursor',
  packages: ['pdns-recursor'],
  version: ['pdns_recursor', '--version'],
  prepare: writeRpz,
  start(world, hasList) {
    const { folder, core } = world
    writeFileSync(join(folder, 'recursor.conf'), configuration(world, hasList))
    writeFileSync(join(folder, 'policy.lua'), `rpzFile("${rpzPath(folder)}", {policyName="bl"})\n`)
    return new ServerProcess({ command: 'pdns_recursor', args: [`--config-dir=${folder}`], core })
  },
  async reload({ folder, core }) {
    const control = new ServerProcess({
      command: 'rec_control',
      args: [`--socket-dir=${folder}`, 'reload-lua-config'],
      core,
    })
    await control.ended
  },
}
