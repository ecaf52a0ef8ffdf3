import { expect, it } from 'vitest'
import { FailureMemory, MAX_SECONDS } from './failure-memory.ts'

it('remembers a failure for a second, and longer with each in a row (RFC 9520 §3.2)', () => {
  const memory = new FailureMemory()
  let now = 0
  for (const seconds of [1, 2, 4, MAX_SECONDS, MAX_SECONDS]) {
    expect(memory.find('a', now)).toBeUndefined()
    memory.remember('a', 'upstream-timeout', now)
    expect(memory.find('a', now + seconds * 1000 - 1)).toBe('upstream-timeout')
    now += seconds * 1000
  }
  expect(memory.find('b', 0)).toBeUndefined()
})

it('begins anew after an answer, and after a change of upstreams', () => {
  const memory = new FailureMemory()
  for (const heal of [() => memory.forget('a'), () => memory.clear()]) {
    memory.remember('a', 'upstream-unreachable', 0)
    memory.remember('a', 'upstream-unreachable', 0)
    heal()
    expect(memory.find('a', 0)).toBeUndefined()
    memory.remember('a', 'upstream-unreachable', 0)
    expect(memory.find('a', 1000)).toBeUndefined()
    heal()
  }
})
