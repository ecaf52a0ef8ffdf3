/** Kills while changes are written, and disks that take no more: what was acknowledged is there, and answers go on. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANSWERED, BLOCKED, startAnswering } from './answered-names.fixture.ts'
import type { ResolverProcess } from './resolver-process.fixture.ts'

const PATIENCE_MS = 120_000

let weir: ResolverProcess
let answer: (name: string) => Promise<string[]>
let stop: () => Promise<void>
beforeEach(async () => {
  ;({ weir, answer, stop } = await startAnswering())
})
afterEach(() => stop())

const block = (pattern: string, comment = '') =>
  weir.request('POST', '/rules', { action: 'block', match: 'exact', pattern, comment })
const reasons = async (): Promise<string> =>
  (await weir.request<{ reasons: string[] }>('GET', '/health')).reasons.join('; ')

describe('kill -9 while rules are written', () => {
  it('loses no acknowledged one, time after time', async () => {
    const acknowledged: string[] = []
    for (const [round, acknowledgements] of [3, 7, 1, 12].entries()) {
      await weir.startApi()
      let isKilled = false
      const target = acknowledged.length + acknowledgements
      const lane = async (number: number): Promise<void> => {
        for (let i = 0; !isKilled; i++) {
          const pattern = `r${round}-${number}-${i}.example.org`
          if (
            !(await block(pattern).then(
              () => true,
              () => false,
            ))
          )
            return
          acknowledged.push(pattern)
          if (acknowledged.length < target || isKilled) continue
          isKilled = true
          // Others are in the midst of being written.
          await Promise.all([weir.api?.end('SIGKILL'), weir.resolver.end('SIGKILL')])
        }
      }
      await Promise.all([0, 1, 2, 3].map(lane))
      await weir.startResolver()
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(23)
    for (const pattern of acknowledged) expect([pattern, await answer(pattern)]).toEqual([pattern, BLOCKED])
  })
})

describe('a full disk', () => {
  it('refuses changes of weir.db, and loses nothing that was acknowledged before', async () => {
    await weir.startApi(600)
    await block('before.example.org')
    let refusal = ''
    for (let i = 0; refusal === '' && i < 400; i++)
      await block(`full-${i}.example.org`, 'x'.repeat(400)).catch((error: Error) => {
        refusal = error.message
      })
    expect(refusal).toContain('the disk under weir.db is full')
    expect(await answer('before.example.org')).toEqual(BLOCKED)
    expect(await answer('www.example.org')).toEqual(ANSWERED)
    // With room again, everything is as it was acknowledged, and the refused rule can be added.
    await weir.api?.end()
    await weir.startApi()
    await block('after.example.org')
    expect(await answer('before.example.org')).toEqual(BLOCKED)
    expect(await answer('full-0.example.org')).toEqual(BLOCKED)
    expect(await answer('after.example.org')).toEqual(BLOCKED)
  })

  it('costs the query log, not the answers', async () => {
    await weir.resolver.end()
    await weir.startResolver(120)
    await weir.startApi()
    const deadline = Date.now() + PATIENCE_MS
    for (let i = 0; !(await reasons()).includes('query log'); i++) {
      if (Date.now() > deadline) throw new Error('log.db never filled its disk')
      for (let j = 0; j < 200; j++) expect(await answer(`n${i}-${j}.example.org`)).toEqual(ANSWERED)
    }
    expect(await answer('www.example.org')).toEqual(ANSWERED)
    await block('ads.example.org')
    expect(await answer('ads.example.org')).toEqual(BLOCKED)
  })
})
