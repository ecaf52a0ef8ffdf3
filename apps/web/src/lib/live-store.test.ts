import type { Sample } from '@weir/shared/contract/stats'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveStore, MAX_SAMPLES } from './live-store.ts'

/** Stands in for the browser's EventSource: the test says what the server does. */
class FakeEventSource extends EventTarget {
  static readonly opened: FakeEventSource[] = []
  isClosed = false
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    FakeEventSource.opened.push(this)
  }
  close(): void {
    this.isClosed = true
  }
  send(name: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }))
  }
}

const sampleAt = (at: number): Sample => ({ at, qps: 1 }) as Sample
const newest = (): FakeEventSource => FakeEventSource.opened.at(-1)!

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000 })
  vi.stubGlobal('EventSource', FakeEventSource)
  FakeEventSource.opened.length = 0
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the live data of the console', () => {
  it('keeps one sample a second, in order, and only the last minutes', () => {
    const store = new LiveStore()
    const start = Date.now()
    store.addSamples([sampleAt(start + 2000), sampleAt(start + 1000), sampleAt(start + 1010)])
    expect(store.samples.map((sample) => sample.at - start)).toEqual([1010, 2000])
    store.addSamples(Array.from({ length: 400 }, (_, second) => sampleAt(start + second * 1000)))
    expect(store.samples).toHaveLength(MAX_SAMPLES)
    store.stop()
  })

  it('is fresh while samples come, and old five seconds after the last', () => {
    const store = new LiveStore()
    store.start()
    newest().dispatchEvent(new Event('open'))
    newest().send('sample', sampleAt(Date.now()))
    expect(store.state).toEqual({ connection: 'open', resolver: 'up', staleSince: null })
    const last = Date.now()
    vi.advanceTimersByTime(5100)
    expect(store.state.staleSince).toBe(last)
    store.stop()
  })

  it('comes back by itself, waiting longer each time, and keeps what it had', () => {
    const store = new LiveStore()
    store.start()
    newest().send('sample', sampleAt(Date.now()))
    const waits: number[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      newest().dispatchEvent(new Event('error'))
      expect(newest().isClosed).toBe(true)
      const [before, since] = [FakeEventSource.opened.length, Date.now()]
      while (FakeEventSource.opened.length === before) vi.advanceTimersByTime(500)
      waits.push(Date.now() - since)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000])
    expect(store.state.connection).toBe('lost')
    expect(store.samples).toHaveLength(1)
    newest().dispatchEvent(new Event('open'))
    newest().send('sample', sampleAt(Date.now()))
    expect(store.state).toMatchObject({ connection: 'open', staleSince: null })
    store.stop()
  })

  it('says since when the resolver is down', () => {
    const store = new LiveStore()
    store.start()
    newest().send('resolver', { state: 'down', at: 42 })
    expect(store.state).toMatchObject({ resolver: 'down', staleSince: 42 })
    store.stop()
  })

  it('opens one connection only, and none after it was stopped', () => {
    const store = new LiveStore()
    store.start()
    store.start()
    expect(FakeEventSource.opened).toHaveLength(1)
    newest().dispatchEvent(new Event('error'))
    store.stop()
    vi.advanceTimersByTime(60_000)
    expect(FakeEventSource.opened).toHaveLength(1)
  })
})
