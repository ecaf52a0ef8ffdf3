import { describe, expect, it } from 'vitest'
import { type ProcessorTimes, watchProcessor } from './processor-watch.ts'

describe('watchProcessor', () => {
  it('tells whether the thread waited longer than it ran, each time since the time before', () => {
    const times: (ProcessorTimes | undefined)[] = [
      { ran: 5000, waited: 9000 },
      { ran: 5100, waited: 9101 },
      { ran: 5200, waited: 9201 },
      { ran: 5200, waited: 9201 },
    ]
    const isScarce = watchProcessor(() => times.shift())
    expect([isScarce(), isScarce(), isScarce()]).toEqual([true, false, false])
  })

  it('takes a processor for scarce where the system tells nothing', () => {
    const isScarce = watchProcessor(() => undefined)
    expect(isScarce()).toBe(true)
  })

  it.runIf(process.platform === 'linux')('reads what the system says of this thread', () => {
    // A thread that has the processor to itself at some time within many looks is seen to have it.
    const isScarce = watchProcessor()
    const seen = new Set(Array.from({ length: 1000 }, () => isScarce()))
    expect(seen).toContain(false)
  })
})
