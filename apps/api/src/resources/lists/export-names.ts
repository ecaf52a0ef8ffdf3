/** A version as text in the rule language, one line a name, for download: a chunk at a time, never whole in memory. */
import { decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { isAllowClass, isImportantClass, matchOfClass } from '@weir/shared/lists/name-class'
import { nameOfReversed } from '@weir/shared/lists/reversed-name'
import type { ListRepository } from './repository.ts'

const RULES_PER_PIECE = 1000

/** @throws Error when the version is removed while it is read: the download breaks off instead of ending early */
export function* exportNames(repository: ListRepository, versionId: number): Generator<string> {
  let left = repository.version(versionId)?.names ?? 0
  let at = { class: -1, sequence: 0 }
  for (;;) {
    const chunk = repository.chunkAfter(versionId, at)
    if (!chunk) break
    at = chunk
    left -= chunk.names
    const [before, after] = lineAround(chunk.class)
    let piece = ''
    decodeNameChunk(chunk.data, chunk.rawOctets, (octets, length) => {
      piece += before + nameOfReversed(octets, length) + after
    })
    yield piece
  }
  if (left !== 0) throw new Error(`version ${versionId} was removed while it was read`)
  for (let line = 0; ; ) {
    const rules = repository.ruleTexts(versionId, line, RULES_PER_PIECE)
    if (rules.length === 0) return
    line = rules.at(-1)!.line
    yield rules.map(({ text }) => `${text}\n`).join('')
  }
}

/** What stands before and after the names of a class. */
function lineAround(nameClass: number): [before: string, after: string] {
  const match = matchOfClass(nameClass)
  const important = isImportantClass(nameClass) ? '$important' : ''
  const isPlain = match === 'exact' && !isAllowClass(nameClass) && important === ''
  if (isPlain) return ['', '\n']
  const exception = isAllowClass(nameClass) ? '@@' : ''
  const start = { exact: '|', suffix: '||', subdomains: '*.' }[match]
  return [exception + start, `^${important}\n`]
}
