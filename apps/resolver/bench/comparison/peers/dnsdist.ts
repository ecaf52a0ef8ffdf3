/** dnsdist twice: with the names in a set in memory, and in a constant database (CDB) on disk. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { writeLines } from '../names.ts'
import { ServerProcess } from '../server-process.ts'
import { mapped, type Peer, type PeerWorld } from './peer.ts'

const common = ({ port, upstreamPort }: PeerWorld): string => `setLocal("127.0.0.1:${port}")
newServer({address="127.0.0.1:${upstreamPort}", maxInFlight=0, sockets=1, healthCheckMode="up"})
setSecurityPollSuffix("")
pc = newPacketCache(1000000, {maxTTL=86400, numberOfShards=1})
getPool(""):setCache(pc)
setMaxUDPOutstanding(65535)
setVerboseHealthChecks(false)
`

const namesPath = (folder: string): string => join(folder, 'block.txt')
const databasePath = (folder: string): string => join(folder, 'block.cdb')

/** The console hears on another loopback address: the port is free there. */
const nameSet = ({ folder, port }: PeerWorld): string => `controlSocket("127.0.0.2:${port}")
setKey("${randomBytes(32).toString('base64')}")
function readNames()
  local bl = newDNSNameSet()
  for l in io.lines("${namesPath(folder)}") do bl:add(newDNSName(l..".")) end
  addAction(QNameSetRule(bl), RCodeAction(DNSRCode.NXDOMAIN))
end
function readNamesAgain()
  readNames()
  rmRule(0)
end
readNames()
`
const configurationPath = (folder: string): string => join(folder, 'dnsdist.conf')

const database = (folder: string): string => `kvs = newCDBKVStore("${databasePath(folder)}", 0)
addAction(KeyValueStoreLookupRule(kvs, KeyValueLookupKeySuffix(2, false)), RCodeAction(DNSRCode.NXDOMAIN))
`

function start(world: PeerWorld, rules: string): ServerProcess {
  const path = configurationPath(world.folder)
  writeFileSync(path, common(world) + rules)
  const args = ['--supervised', '--disable-syslog', '-C', path]
  return new ServerProcess({ command: 'dnsdist', args, core: world.core })
}

/** @throws Error when the tool `cdb` is missing or fails */
async function writeDatabase(folder: string, list: readonly string[]): Promise<void> {
  const text = join(folder, 'cdb.txt')
  await writeLines(
    text,
    mapped(list, (name) => `${name} 1`),
  )
  const cdb = spawn('cdb', ['-c', '-m', databasePath(folder)], { stdio: ['pipe', 'ignore', 'ignore'] })
  const [[code]] = await Promise.all([once(cdb, 'close'), pipeline(createReadStream(text), cdb.stdin)])
  rmSync(text)
  if (code !== 0) throw new Error(`cdb ended with code ${code}`)
}

const VERSION = ['dnsdist', '--version'] as const

export const dnsdist: Peer = {
  name: 'dnsdist',
  packages: ['dnsdist'],
  version: VERSION,
  prepare: (folder, list) => writeLines(namesPath(folder), list),
  start: (world, hasList) => start(world, hasList ? nameSet(world) : ''),
  async reload({ folder, core }) {
    const args = ['-C', configurationPath(folder), '-e', 'readNamesAgain()']
    await new ServerProcess({ command: 'dnsdist', args, core }).ended
  },
}

export const dnsdistOnDisk: Peer = {
  name: 'dnsdist-cdb',
  packages: ['dnsdist', 'tinycdb'],
  version: VERSION,
  prepare: writeDatabase,
  start: (world, hasList) => start(world, hasList ? database(world.folder) : ''),
}
