/** The upstream of all servers: answers every name. nsd where load is measured, a small one for the smoke run. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DnsProbe } from './dns-probe.ts'
import { ServerProcess } from './server-process.ts'

const START_PATIENCE_MS = 10_000
const QTYPE_AND_CLASS_OCTETS = 4
const HEADER_OCTETS = 12

export interface Authoritative {
  readonly port: number
  stop(): Promise<void>
}

const ZONE = `$ORIGIN perf.
$TTL 3600
@ SOA ns.perf. root.perf. 1 3600 600 86400 300
@ NS ns.perf.
ns A 127.0.0.1
* A 192.0.2.1
* AAAA 2001:db8::1
*.uniq A 192.0.2.2
*.uniq AAAA 2001:db8::2
`

/** For real names: every name there is has the same address. */
const ROOT_ZONE = `$ORIGIN .
$TTL 3600
@ SOA ns.perf. root.perf. 1 3600 600 86400 300
@ NS ns.perf.
* A 192.0.2.3
* AAAA 2001:db8::3
`

const configuration = (folder: string, port: number): string => `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  verbosity: 0
  minimal-responses: yes
  refuse-any: no
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: perf
  zonefile: perf.zone
zone:
  name: .
  zonefile: root.zone
`

export async function startNsd(parent: string, port: number, core: number): Promise<Authoritative> {
  const folder = join(parent, 'nsd')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'perf.zone'), ZONE)
  writeFileSync(join(folder, 'root.zone'), ROOT_ZONE)
  writeFileSync(join(folder, 'nsd.conf'), configuration(folder, port))
  const nsd = new ServerProcess({ command: 'nsd', args: ['-d', '-c', join(folder, 'nsd.conf')], core })
  const probe = new DnsProbe(port)
  try {
    await probe.until('ready.perf', ({ lastAddress }) => lastAddress === '192.0.2.1', START_PATIENCE_MS, 20)
  } catch (error) {
    await nsd.stop()
    throw new Error(`nsd does not answer: ${nsd.output}`, { cause: error })
  } finally {
    probe.close()
  }
  return { port, stop: () => nsd.stop() }
}

/** One A record of 192.0.2.1 for every question; EDNS is left out of the answer. */
export async function startSmallAuthoritative(): Promise<Authoritative> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => socket.send(answer(query), from.port, from.address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    stop: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function answer(query: Buffer): Buffer {
  const questionEnd = query.indexOf(0, HEADER_OCTETS) + 1 + QTYPE_AND_CLASS_OCTETS
  const head = Buffer.from(query.subarray(0, questionEnd))
  // QR, AA and RD; one question, one answer, nothing behind it.
  head.set([0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], 2)
  return Buffer.concat([head, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 192, 0, 2, 1])])
}
