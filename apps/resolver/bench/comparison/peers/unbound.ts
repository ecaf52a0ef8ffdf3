/** unbound with a `local-zone … always_null` for each name. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeLines } from '../names.ts'
import { ServerProcess } from '../server-process.ts'
import { mapped, type Peer, type PeerWorld } from './peer.ts'

const unboundRules = (folder: string): string => join(folder, 'unbound-block.conf')

const unboundConfiguration = ({ folder, port, upstreamPort }: PeerWorld, hasList: boolean): string => `server:
  interface: 127.0.0.1
  use-syslog: no
  logfile: ""
  verbosity: 0
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  module-config: "respip iterator"
  msg-cache-size: 256m
  rrset-cache-size: 512m
  minimal-responses: yes
  outgoing-range: 4096
  num-queries-per-thread: 4096
  so-rcvbuf: 4m
  so-reuseport: yes
  access-control: 127.0.0.0/8 allow
  port: ${port}
  num-threads: 1
  ${hasList ? `include: "${unboundRules(folder)}"` : ''}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstreamPort}
remote-control:
  control-enable: no
`

export const unbound: Peer = {
  name: 'unbound',
  packages: ['unbound'],
  version: ['unbound', '-V'],
  prepare: (folder, list) =>
    writeLines(
      unboundRules(folder),
      mapped(list, (name) => `local-zone: "${name}" always_null`),
    ),
  start(world, hasList) {
    const path = join(world.folder, 'unbound.conf')
    writeFileSync(path, unboundConfiguration(world, hasList))
    return new ServerProcess({ command: 'unbound', args: ['-d', '-c', path], core: world.core })
  },
  reload: (_world, server) => server.signal('SIGHUP'),
}
