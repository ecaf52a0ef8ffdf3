/**
 * dnsmasq with a `server=/…/` line for each name (no server: answered locally), in a file that it reads again on SIGHUP.
 * Such a file may hold no other option; `local=`, the same elsewhere, is refused in it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeLines } from '../names.ts'
import { ServerProcess } from '../server-process.ts'
import { mapped, type Peer, type PeerWorld } from './peer.ts'

const dnsmasqRules = (folder: string): string => join(folder, 'dnsmasq-block.conf')

/** It logs to the standard error: where no syslog listens (a container), it tries for ever and answers nothing. */
const dnsmasqConfiguration = ({ folder, port, upstreamPort }: PeerWorld, hasList: boolean): string => `bind-interfaces
listen-address=127.0.0.1
no-resolv
no-hosts
no-poll
user=root
group=root
server=127.0.0.1#${upstreamPort}
cache-size=200000
dns-forward-max=10000
no-negcache
pid-file=
log-facility=-
port=${port}
${hasList ? `servers-file=${dnsmasqRules(folder)}` : ''}
`

export const dnsmasq: Peer = {
  name: 'dnsmasq',
  packages: ['dnsmasq-base'],
  version: ['dnsmasq', '--version'],
  prepare: (folder, list) =>
    writeLines(
      dnsmasqRules(folder),
      mapped(list, (name) => `server=/${name}/`),
    ),
  start(world, hasList) {
    const path = join(world.folder, 'dnsmasq.conf')
    writeFileSync(path, dnsmasqConfiguration(world, hasList))
    return new ServerProcess({ command: 'dnsmasq', args: ['-k', '-C', path], core: world.core })
  },
  reload: (_world, server) => server.signal('SIGHUP'),
}
