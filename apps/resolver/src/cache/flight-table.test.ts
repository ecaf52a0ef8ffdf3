import { expect, it } from 'vitest'
import type { ForwardRequest } from '../query/ports.ts'
import { Flight, FlightTable } from './flight-table.ts'
import { wireName } from './response-cache.contract.ts'

const request = (name: string): ForwardRequest => ({
  name: wireName(name),
  qtype: 1,
  qclass: 1,
  dnssecOk: false,
  checkingDisabled: false,
  upstreams: { id: 1, servers: [], strategy: 'failover', timeoutMs: 1000, attempts: 1 },
})
const nobody = { land: () => undefined }
const flightOf = (asked: ForwardRequest, hash: number): Flight => new Flight(asked, hash, nobody, () => undefined)

it('finds what equals the request and nothing else, also in one list', () => {
  const table = new FlightTable()
  const names = ['a.example.org', 'b.example.org', 'c.example.org']
  const flights = names.map((name) => flightOf(request(name), 7))
  for (const flight of flights) table.add(flight)
  for (const [i, name] of names.entries()) expect(table.find(request(name), 7)).toBe(flights[i])
  expect(table.find(request('d.example.org'), 7)).toBeNull()
  expect(table.find(request(names[0]!), 8)).toBeNull()
})

it('forgets what is removed, at the head, in the middle and at the end of a list', () => {
  const table = new FlightTable()
  const flights = ['a', 'b', 'c', 'd'].map((name) => flightOf(request(name), 7))
  for (const flight of flights) table.add(flight)
  for (const i of [3, 1, 0, 2]) {
    table.remove(flights[i]!)
    table.remove(flights[i]!)
    expect(table.find(flights[i]!.request, 7)).toBeNull()
  }
  expect(table.size).toBe(0)
  expect(table.all()).toEqual([])
})

it('hashes equal requests alike, with a key of its own', () => {
  const hashes = Array.from({ length: 8 }, () => new FlightTable().hashOf(request('www.example.org')))
  expect(new Set(hashes).size).toBeGreaterThan(1)
  const table = new FlightTable()
  expect(table.hashOf(request('www.example.org'))).toBe(table.hashOf(request('www.example.org')))
})
