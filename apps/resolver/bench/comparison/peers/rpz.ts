/** The block list as a response policy zone: NXDOMAIN for each name, as in draft-vixie-dnsop-dns-rpz section 3.1. */
import { join } from 'node:path'
import { writeLines } from '../names.ts'

export const rpzPath = (folder: string): string => join(folder, 'rpz.zone')

function* zone(list: readonly string[]): Generator<string> {
  yield '$TTL 60'
  yield 'rpz.local. SOA localhost. root.localhost. 1 3600 600 86400 60'
  yield 'rpz.local. NS localhost.'
  for (const name of list) yield `${name}.rpz.local. CNAME .`
}

export const writeRpz = (folder: string, list: readonly string[]): Promise<void> =>
  writeLines(rpzPath(folder), zone(list))
