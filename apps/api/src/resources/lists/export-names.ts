/** A version as text in the rule language, one line a name, for download: a chunk at a time, never whole in memory. */
import { MAX_NAME_OCTETS } from '@weir/shared/dns/domain-name'
import { decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { isAllowClass, isImportantClass, matchOfClass } from '@weir/shared/lists/name-class'
import type { ListRepository, StoredChunk } from './repository.ts'

const RULES_PER_PIECE = 1000
const DOT = 0x2e

/** @throws Error when the version is removed while it is read: the download breaks off instead of ending early */
export function* exportNames(repository: ListRepository, versionId: number): Generator<string | Buffer> {
  let left = repository.version(versionId)?.names ?? 0
  let at = { class: -1, sequence: 0 }
  for (;;) {
    const chunk = repository.chunkAfter(versionId, at)
    if (!chunk) break
    at = chunk
    left -= chunk.names
    yield linesOf(chunk)
  }
  if (left !== 0) throw new Error(`version ${versionId} was removed while it was read`)
  for (let line = 0; ; ) {
    const rules = repository.ruleTexts(versionId, line, RULES_PER_PIECE)
    if (rules.length === 0) return
    line = rules.at(-1)!.line
    yield rules.map(({ text }) => `${text}\n`).join('')
  }
}

/** As octets, not strings: this runs between requests on the main thread. */
function linesOf(chunk: StoredChunk): Buffer {
  const [before, after] = lineAround(chunk.class).map((text) => Buffer.from(text)) as [Buffer, Buffer]
  const out = Buffer.allocUnsafe(chunk.names * (before.length + MAX_NAME_OCTETS + after.length))
  let at = 0
  decodeNameChunk(chunk.data, chunk.rawOctets, (octets, length) => {
    at += before.copy(out, at)
    at = writeName(octets, length, out, at)
    at += after.copy(out, at)
  })
  return out.subarray(0, at)
}

/** Turns a reversed name (labels from the last, each ended by zero) round again. @returns where it ends in `out` */
function writeName(octets: Uint8Array, length: number, out: Buffer, start: number): number {
  let at = start
  let end = length
  for (let i = length - 1; i >= -1; i--) {
    if (i >= 0 && octets[i] !== 0) continue
    for (let j = i + 1; j < end; j++) out[at++] = octets[j]!
    if (i >= 0) out[at++] = DOT
    end = i
  }
  return at
}

/** What stands before and after the names of a class. */
export function lineAround(nameClass: number): [before: string, after: string] {
  const match = matchOfClass(nameClass)
  const important = isImportantClass(nameClass) ? '$important' : ''
  const isPlain = match === 'exact' && !isAllowClass(nameClass) && important === ''
  if (isPlain) return ['', '\n']
  const exception = isAllowClass(nameClass) ? '@@' : ''
  const start = { exact: '|', suffix: '||', subdomains: '*.' }[match]
  return [exception + start, `^${important}\n`]
}
