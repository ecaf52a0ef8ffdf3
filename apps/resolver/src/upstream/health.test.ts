import { describe, expect, it } from 'vitest'
import { ServerHealth } from './health.ts'

const broken = (failures: number) => {
  const health = new ServerHealth()
  for (let i = 0; i < failures; i++) health.fail('timeout', 0, 1500)
  return health
}

describe('ServerHealth', () => {
  it('is unknown, then up, then down after three failures in a row', () => {
    const health = new ServerHealth()
    expect(health.status('192.0.2.53').state).toBe('unknown')
    health.succeed(10, 0)
    expect(health.status('192.0.2.53').state).toBe('up')
    for (let i = 0; i < 2; i++) health.fail('timeout', 0, 1500)
    expect(health.isDown).toBe(false)
    health.fail('ECONNREFUSED', 0, 1)
    expect(health.status('192.0.2.53')).toMatchObject({
      state: 'down',
      queries: 4,
      failures: 3,
      lastError: 'ECONNREFUSED',
    })
  })

  it('lets one query try a server that is down, after longer and longer back-off', () => {
    const health = broken(3)
    expect(health.isProbeDue(499)).toBe(false)
    expect(health.isProbeDue(500)).toBe(true)
    health.startProbe(500)
    expect(health.isProbeDue(500)).toBe(false)
    health.fail('timeout', 2000, 1500)
    expect(health.isProbeDue(2999)).toBe(false)
    expect(health.isProbeDue(3000)).toBe(true)
    for (let i = 0; i < 20; i++) health.fail('timeout', 10_000, 1500)
    expect(health.isProbeDue(20_000)).toBe(true)
  })

  it('is gone once it has been down without an answer for half a minute, or has never answered', () => {
    expect(broken(2).isGone(60_000)).toBe(false)
    expect(broken(3).isGone(0)).toBe(true)
    const health = new ServerHealth()
    health.succeed(10, 1000)
    for (let i = 0; i < 3; i++) health.fail('timeout', 5000, 1500)
    expect(health.isGone(30_999)).toBe(false)
    expect(health.isGone(31_000)).toBe(true)
  })

  it('is up at the first success', () => {
    const health = broken(5)
    health.succeed(20, 0)
    expect(health.isDown).toBe(false)
  })

  it('tells percentiles of the newest round trips', () => {
    const health = new ServerHealth()
    for (let i = 0; i < 1000; i++) health.succeed(999, 0)
    for (let i = 1; i <= 256; i++) health.succeed(i, 0)
    expect(health.status('192.0.2.53')).toMatchObject({ p50Ms: 128, p95Ms: 244 })
  })

  it('smooths round trips, and lets failures weigh on them', () => {
    const health = new ServerHealth()
    health.succeed(80, 0)
    health.succeed(160, 0)
    expect(health.smoothedRttMs).toBe(90)
    health.fail('timeout', 0, 890)
    expect(health.smoothedRttMs).toBe(190)
  })
})
