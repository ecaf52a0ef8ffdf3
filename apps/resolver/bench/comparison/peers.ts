/** The resolvers that Weir is measured beside: Debian's, each on one thread, with its cache and the same names blocked. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeLines } from './names.ts'
import { ServerProcess } from './server-process.ts'

export interface PeerWorld {
  readonly folder: string
  readonly port: number
  readonly upstreamPort: number
  readonly core: number
}

export interface Peer {
  readonly name: string
  /** Writes the rules, once, before any start. */
  prepare(folder: string, list: readonly string[]): Promise<void>
  /** @param hasList false: without a block list, for the memory of an empty server */
  start(world: PeerWorld, hasList: boolean): ServerProcess
}

const dnsmasqRules = (folder: string): string => join(folder, 'dnsmasq-block.conf')
const unboundRules = (folder: string): string => join(folder, 'unbound-block.conf')

function* mapped(list: readonly string[], line: (name: string) => string): Generator<string> {
  for (const name of list) yield line(name)
}

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
port=${port}
${hasList ? `conf-file=${dnsmasqRules(folder)}` : ''}
`

const dnsmasq: Peer = {
  name: 'dnsmasq',
  prepare: (folder, list) =>
    writeLines(
      dnsmasqRules(folder),
      mapped(list, (name) => `local=/${name}/`),
    ),
  start(world, hasList) {
    const path = join(world.folder, 'dnsmasq.conf')
    writeFileSync(path, dnsmasqConfiguration(world, hasList))
    return new ServerProcess({ command: 'dnsmasq', args: ['-k', '-C', path], core: world.core })
  },
}

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

const unbound: Peer = {
  name: 'unbound',
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
}

export const PEERS: readonly Peer[] = [unbound, dnsmasq]
