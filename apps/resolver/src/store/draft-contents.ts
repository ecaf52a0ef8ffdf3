/** What lists of a draft hold instead: the lines of a file, or a kept version. Read as often as somebody asks. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { ListFormat } from '@weir/shared/contract/lists'
import type { RuleInput } from '@weir/shared/contract/rules'
import type { Database } from '@weir/shared/db/open-database'
import { ListParser, type ListSink } from '@weir/shared/lists/list-parser'
import { decodeNameChunk } from '@weir/shared/lists/name-chunk'
import { writeReversed } from '@weir/shared/lists/reversed-name'
import type { ListRuleRow } from '../rules/policy-data.ts'
import type { DraftContent } from './draft-config.ts'
import { listRuleRow } from './version-names.ts'

const PIECE_OCTETS = 1024 * 1024

export interface ContentReader {
  /** @param octets labels reversed, a zero octet between them; valid during the call */
  name(octets: Uint8Array, length: number, nameClass: number): void
  rule(row: ListRuleRow): void
}

/** @returns why a content cannot be used, in words */
export function readContent(database: Database, content: DraftContent, reader: ContentReader): string | undefined {
  return content.path === null
    ? readVersion(database, content, reader)
    : readFile(content, new Lines(content.listId, reader))
}

class Lines implements ListSink {
  readonly #listId: number
  readonly #reader: ContentReader
  readonly #reversed = new Uint8Array(256)

  constructor(listId: number, reader: ContentReader) {
    this.#listId = listId
    this.#reader = reader
  }

  name(nameClass: number, octets: Uint8Array, offset: number, length: number): void {
    writeReversed(octets, offset, length, this.#reversed, 0)
    this.#reader.name(this.#reversed, length, nameClass)
  }

  rule(line: number, _text: string, rule: RuleInput): void {
    this.#reader.rule({ listId: this.#listId, line, rule: listRuleRow(rule as never) })
  }

  rejected(): void {}
  ignored(): void {}
}

function readFile({ kind, path }: DraftContent, lines: Lines): string | undefined {
  const parser = new ListParser(kind, 'auto' satisfies ListFormat, lines)
  const file = openSync(path!, 'r')
  try {
    const piece = Buffer.allocUnsafe(PIECE_OCTETS)
    for (;;) {
      const octets = readSync(file, piece)
      const parsed = octets === 0 ? parser.finish() : parser.push(piece.subarray(0, octets))
      if (!parsed.ok) return `is not a list: ${parsed.error}`
      if (octets === 0) return undefined
    }
  } finally {
    closeSync(file)
  }
}

function readVersion(
  database: Database,
  { listId, versionId }: DraftContent,
  reader: ContentReader,
): string | undefined {
  if (!database.prepare('SELECT 1 FROM list_version WHERE id = ?').get(versionId))
    return `version ${versionId} is not kept`
  const places = database
    .prepare<[number | null], { class: number; sequence: number }>(
      'SELECT class, sequence FROM list_chunk WHERE version_id = ? ORDER BY class, sequence',
    )
    .all(versionId)
  const read = database.prepare<[number | null, number, number], { rawOctets: number; data: Buffer }>(
    'SELECT raw_octets AS rawOctets, data FROM list_chunk WHERE version_id = ? AND class = ? AND sequence = ?',
  )
  for (const place of places) {
    const chunk = read.get(versionId, place.class, place.sequence)
    if (chunk)
      decodeNameChunk(chunk.data, chunk.rawOctets, (octets, length) => reader.name(octets, length, place.class))
  }
  const rules = database
    .prepare<[number | null], { line: number; rule: string }>('SELECT line, rule FROM list_rule WHERE version_id = ?')
    .all(versionId)
  for (const { line, rule } of rules) reader.rule({ listId, line, rule: listRuleRow(JSON.parse(rule) as never) })
  return undefined
}
