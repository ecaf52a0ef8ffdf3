import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import type { ReloadReply } from '@weir/shared/control/messages'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { awaitEffect } from './applied.ts'
import { ResolverClient } from './resolver-client.ts'

let folder: string
let server: Server | undefined
let asked: number
const clock = new ManualClock()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-applied-'))
  asked = 0
})
afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const path = (): string => join(folder, 'resolver.sock')

/** A control socket that gives these replies, the last one again and again; each takes its time on the clock. */
async function resolverSaying(tookMs: number, ...replies: readonly ReloadReply[]): Promise<ResolverClient> {
  server = createServer((request, response) => {
    request.resume()
    clock.advance(tookMs)
    response.end(JSON.stringify(replies[Math.min(asked++, replies.length - 1)]))
  })
  await new Promise((resolve) => server?.listen(path(), () => resolve(undefined)))
  return new ResolverClient(path())
}

const UNDER_WAY = { revision: 6, applied: false, isUnderWay: true }

it('asks again while the resolver is at it', async () => {
  const resolver = await resolverSaying(10_000, UNDER_WAY, UNDER_WAY, { revision: 8, applied: true })
  expect(await awaitEffect({ resolver, clock }, 7)).toEqual({ revision: 7, applied: true })
  expect(asked).toBe(3)
})

it('takes the word that it cannot be done', async () => {
  const resolver = await resolverSaying(10_000, UNDER_WAY, { revision: 6, applied: false, detail: 'no memory' })
  expect(await awaitEffect({ resolver, clock }, 7)).toEqual({ revision: 7, applied: false })
  expect(asked).toBe(2)
})

it('ends where it takes too long', async () => {
  const resolver = await resolverSaying(4 * 60_000, UNDER_WAY)
  expect(await awaitEffect({ resolver, clock }, 7)).toEqual({ revision: 7, applied: false })
  expect(asked).toBe(3)
})

it('does not wait for a resolver that is down', async () => {
  expect(await awaitEffect({ resolver: new ResolverClient(path()), clock }, 7)).toEqual({ revision: 7, applied: false })
})
