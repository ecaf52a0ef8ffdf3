import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { describe, expect, it } from 'vitest'
import { createWaitingTable, NO_PLACE, NOT_COUNTED, WaitingLimit } from './waiting-limit.ts'

const octets = (address: string) => toMapped(parseAddress(address)!)
const client = octets('192.0.2.1')

/** Places that it gets of so many. */
const takeTimes = (limit: WaitingLimit, address: Uint8Array, times: number, isProven = false): number[] =>
  Array.from({ length: times }, () => limit.take(address, isProven)).filter((place) => place !== NO_PLACE)

describe('WaitingLimit', () => {
  it('gives a client so many places and no more, and others theirs', () => {
    const limit = new WaitingLimit(10, createWaitingTable(1))
    expect(takeTimes(limit, client, 30)).toHaveLength(10)
    expect(limit.refused).toBe(20)
    expect(takeTimes(limit, octets('192.0.2.2'), 30)).toHaveLength(10)
  })

  it('gives a place again that was left', () => {
    const limit = new WaitingLimit(3, createWaitingTable(1))
    const places = takeTimes(limit, client, 3)
    for (const place of places) limit.leave(place)
    expect(takeTimes(limit, client, 5)).toHaveLength(3)
  })

  it('counts an IPv6 client by its /64', () => {
    const limit = new WaitingLimit(3, createWaitingTable(1))
    expect(takeTimes(limit, octets('2001:db8::1'), 2)).toHaveLength(2)
    expect(takeTimes(limit, octets('2001:db8::ffff'), 5)).toHaveLength(1)
    expect(takeTimes(limit, octets('2001:db8:0:1::1'), 5)).toHaveLength(3)
  })

  it('leaves those their places who prove their address, whoever forges it', () => {
    const limit = new WaitingLimit(3, createWaitingTable(1))
    expect(takeTimes(limit, client, 9)).toHaveLength(3)
    expect(takeTimes(limit, client, 9, true)).toHaveLength(3)
  })

  it('is one limit for a client, whichever workers its queries reach', () => {
    const table = createWaitingTable(3)
    const workers = [0, 1, 2].map((worker) => new WaitingLimit(5, table, worker))
    expect(takeTimes(workers[0]!, client, 2)).toHaveLength(2)
    expect(takeTimes(workers[2]!, client, 9)).toHaveLength(3)
    expect(takeTimes(workers[1]!, client, 9)).toHaveLength(0)
  })

  it('forgets what a worker that died had waiting, when it starts again', () => {
    const table = createWaitingTable(2)
    takeTimes(new WaitingLimit(5, table, 0), client, 2)
    takeTimes(new WaitingLimit(5, table, 1), client, 3)
    expect(takeTimes(new WaitingLimit(5, table, 1), client, 9)).toHaveLength(3)
  })

  it('counts nothing without a limit, and what was counted is left when there is none any more', () => {
    const limit = new WaitingLimit(2, createWaitingTable(1))
    const places = takeTimes(limit, client, 2)
    limit.limit = 0
    expect(limit.take(client, false)).toBe(NOT_COUNTED)
    limit.leave(NOT_COUNTED)
    for (const place of places) limit.leave(place)
    limit.limit = 2
    expect(takeTimes(limit, client, 9)).toHaveLength(2)
  })
})
