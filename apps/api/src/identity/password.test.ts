import { expect, it } from 'vitest'
import { PasswordHasher } from './password.ts'

it('computes two hashes at once, lets sixteen wait, and turns the next away', async () => {
  const hasher = new PasswordHasher()
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => hasher.hash(`password ${at}`)))
  expect(results.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 18 }, () => 'fulfilled'),
    'rejected',
    'rejected',
  ])
  expect(results.at(-1)).toMatchObject({
    reason: { code: 'too-many-requests', details: { headers: { 'retry-after': '5' } } },
  })
  expect(await hasher.verify(await hasher.hash('right'), 'right')).toBe(true)
})
