/** Lists as their makers publish them: each holds what its header says, and the same names whatever the format. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diffNames } from './diff-names.ts'
import { ListParser } from './list-parser.ts'
import { ChunkCursor, encodeNameChunks } from './name-chunk.ts'
import { matchOfClass } from './name-class.ts'
import { type CollectedNames, NameCollector } from './name-collector.ts'

const folder = new URL('../../../../../shared/data/lists/', import.meta.url)

function read(file: string) {
  const content = readFileSync(new URL(file, folder))
  const collector = new NameCollector()
  const counts = { rules: 0, ignored: 0 }
  const reasons = new Set<string>()
  const parser = new ListParser('block', 'auto', {
    name: (value, octets, offset, length) => collector.add(value, octets, offset, length),
    rule: () => counts.rules++,
    rejected: (_line, _text, reason) => reasons.add(reason),
    ignored: () => counts.ignored++,
  })
  for (let at = 0; at < content.length; at += 65_521) parser.push(content.subarray(at, at + 65_521))
  const result = parser.finish()
  return {
    format: result.ok ? result.value.format : result.error,
    classes: collector.finish(),
    ...counts,
    reasons: [...reasons],
  }
}

describe.runIf(existsSync(folder))('real lists', () => {
  it.each([
    ['blocklistproject-2026__adguard__tracking-ags.txt', 'adblock', 'suffix', 143_876],
    ['blocklistproject-2026__alt-version__tracking-nl.txt', 'names', 'exact', 143_876],
    ['blocklistproject-2026__basic.txt', 'hosts', 'exact', 76_036],
    ['blocklistproject-2026__dnsmasq-version__basic-dnsmasq.txt', 'dnsmasq', 'suffix', 76_036],
    ['ph00lt0-2026__rpz-blocklist.txt', 'rpz', 'exact', 29_498],
    ['ph00lt0-2026__unbound-blocklist.txt', 'unbound', 'suffix', 29_498],
    ['ph00lt0-2026__wildcard-blocklist.txt', 'wildcard', 'suffix', 29_498],
  ])('%s is read as %s, every line of it', (file, format, match, count) => {
    const list = read(file)
    expect(list).toMatchObject({ format, rules: 0, ignored: 0, reasons: [] })
    expect(list.classes.map((names) => [matchOfClass(names.nameClass), names.count, names.duplicates])).toEqual([
      [match, count, 0],
    ])
  })

  it('counts what an adblock list has for browsers, and rejects only what is no pattern of its language', () => {
    const list = read('ph00lt0-2026__blocklist.txt')
    expect(list).toMatchObject({
      format: 'adblock',
      rules: 754,
      ignored: 1953,
      reasons: [
        "'@||fonts.gstatic.com^' is not a name or a pattern",
        "'||mt[0-9]*.google.cn^' is not a name or a pattern",
      ],
    })
    expect(list.classes.map((names) => [names.nameClass, names.count])).toEqual([
      [2, 29_500],
      [3, 4],
    ])
  })

  it.each([
    ['blocklistproject-2026__adguard__tracking-ags.txt', 'blocklistproject-2026__alt-version__tracking-nl.txt'],
    ['blocklistproject-2026__basic.txt', 'blocklistproject-2026__dnsmasq-version__basic-dnsmasq.txt'],
    ['ph00lt0-2026__rpz-blocklist.txt', 'ph00lt0-2026__unbound-blocklist.txt'],
    ['ph00lt0-2026__rpz-blocklist.txt', 'ph00lt0-2026__wildcard-blocklist.txt'],
  ])('%s and %s hold the same names', (one, other) => {
    const [a, b] = [read(one).classes[0]!, read(other).classes[0]!]
    expect(diffNames(a.cursor(), b.cursor())).toEqual({ added: 0, removed: 0, unchanged: a.count })
  })

  it('take at most 6.5 octets a name, and come back whole', () => {
    const names = read('blocklistproject-2026__basic.txt').classes[0] as CollectedNames
    const chunks = [...encodeNameChunks(names.cursor())]
    const size = chunks.reduce((sum, chunk) => sum + chunk.data.length, 0)
    expect(size / names.count).toBeLessThan(6.5)
    expect(diffNames(new ChunkCursor(chunks), names.cursor())).toMatchObject({ added: 0, removed: 0 })
  })
})
