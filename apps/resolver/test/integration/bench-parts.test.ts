/** Parts of the benchmark still run, small and without load; their figures mean nothing here, but what they found wrong does. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { PartReport } from '../../bench/parts/part.ts'
import { slopePerMinute } from '../../bench/parts/slope.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'weir-bench-parts-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

async function runPart(name: string, options: readonly string[] = []): Promise<PartReport> {
  const entry = ['--conditions=source', 'apps/resolver/bench/run-part.ts', name]
  const child = spawn(process.execPath, [...entry, '--smoke', '--out', out, ...options], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString()
    })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code, output).toBe(0)
  expect(output).toContain(readFileSync(join(out, `${name}.md`), 'utf8'))
  return JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')) as PartReport
}

const lostOf = ({ values }: PartReport): number[] =>
  Object.entries(values).flatMap(([name, value]) => (/lost$/.test(name) ? [value] : []))

describe('npm run bench -- part --smoke', () => {
  it.each(['tcp', 'reload'])('%s loses no query', async (name) => {
    const lost = lostOf(await runPart(name))
    expect(lost.length).toBeGreaterThan(0)
    expect(Math.max(...lost)).toBe(0)
  })

  it('edits finds every rule in effect when its response is there', async () => {
    expect((await runPart('edits')).values['brokenPromises']).toBe(0)
  })

  it('refresh waits until a name of each new list is blocked', async () => {
    expect((await runPart('refresh')).values['rounds']).toBe(1)
  })

  it('pages finds rows by every filter that has some', async () => {
    expect((await runPart('pages')).values['longestMedianMs']).toBeGreaterThan(0)
  })

  it('real says what it misses where there is no folder of names and lists', async () => {
    const { markdown, values } = await runPart('real', ['--data', join(out, 'none')])
    expect(markdown).toMatch(/^Not measured: .*--data/)
    expect(values).toEqual({ lists: 0 })
  })

  it('soak answers by the policy of the moment, and nothing grows without bound', async () => {
    const { values } = await runPart('soak')
    expect([values['lost'], values['wrong']]).toEqual([0, 0])
    expect(Math.min(values['edits']!, values['reloads']!, values['sent']!)).toBeGreaterThan(2)
    // Loose on purpose: a second of it leaks no descriptor for each edit, and no WAL that nobody checkpoints.
    expect(values['resolver descriptors last']).toBeLessThan(200)
    expect(values['API descriptors last']).toBeLessThan(200)
    expect(values['weir.db-wal MB last']).toBeLessThan(100)
    expect(values['log.db-wal MB last']).toBeLessThan(100)
  })
})

describe('the slope of a series', () => {
  it.each([
    [[], 0],
    [[[1, 5]], 0],
    [
      [
        [0, 1],
        [1, 3],
        [2, 5],
      ],
      2,
    ],
    [
      [
        [0, 4],
        [1, 6],
        [2, 4],
      ],
      0,
    ],
  ] as [(readonly [number, number])[], number][])('of %j is %d a minute', (points, slope) => {
    expect(slopePerMinute(points)).toBeCloseTo(slope)
  })
})
