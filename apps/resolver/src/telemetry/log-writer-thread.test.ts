/** The log writer in a thread of its own, with real messages, a real file and real time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@weir/shared/contract/settings'
import { openReader } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendRecord } from './append-record.fixture.ts'
import { createCounters } from './counters.ts'
import { LogRecord } from './log-record.ts'
import { createRing, LogRingWriter } from './log-ring.ts'
import type { TailBatch } from './log-tail.ts'
import { LogWriterThread } from './log-writer-thread.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-thread-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function setUp(onTail: (tail: TailBatch) => void = () => undefined) {
  const ring = createRing()
  const path = join(folder, 'log.db')
  const settings = defaultSettings([]).log
  const options = {
    path,
    rings: [ring],
    counters: [createCounters()],
    accounted: createCounters(),
    settings,
    upstreams: [],
  }
  const end = new LogRingWriter(ring)
  const record = new LogRecord()
  const put = (name: string): void => {
    const wire = toWire(name)
    record.name.set(wire)
    record.nameLength = wire.length
    record.atMs = Date.now()
    appendRecord(end, record)
  }
  const names = (): unknown[] => {
    const database = openReader(path)
    const rows = database
      .prepare('SELECT n.name FROM query q JOIN name n ON n.id = q.name_id ORDER BY q.id')
      .pluck()
      .all()
    database.close()
    return rows
  }
  return { thread: new LogWriterThread(options, onTail), put, names }
}

/** A thread starts in 0.2 s; on a machine with much else to do, in seconds. */
const PATIENCE = { timeout: 30_000 }

describe('the log writer thread', PATIENCE, () => {
  it('writes everything before it stops', async () => {
    const { thread, put, names } = setUp()
    put('a.example.org')
    put('b.example.org')
    await thread.stop()
    expect(names()).toEqual(['a.example.org', 'b.example.org'])
    expect(thread.status).toEqual({ state: 'ok', written: 2, dropped: 0, hitsLost: 0, lastError: null })
  })

  it('shows the tail to whoever asks for it', async () => {
    let show: (tail: TailBatch) => void = () => undefined
    const shown = new Promise<TailBatch>((resolve) => {
      show = resolve
    })
    const { thread, put } = setUp(show)
    thread.wantTail(true)
    await thread.checkpoint('passive')
    put('live.example.org')
    expect((await shown).entries.map(({ name }) => name)).toEqual(['live.example.org'])
    await thread.stop()
  })

  it('checkpoints, clears and takes new settings on request', async () => {
    const { thread, put, names } = setUp()
    put('a.example.org')
    expect(await thread.checkpoint('truncate')).toMatchObject({ busy: false })
    expect(await thread.clear()).toBe(true)
    thread.configure({ ...defaultSettings([]).log, enabled: false })
    await thread.checkpoint('passive')
    put('b.example.org')
    await thread.stop()
    expect(names()).toEqual([])
    expect(thread.status.state).toBe('off')
  })

  it('answers requests at once when it has stopped', async () => {
    const { thread } = setUp()
    await thread.stop()
    expect(await thread.checkpoint('passive')).toBeNull()
    expect(await thread.clear()).toBe(false)
  })
})
