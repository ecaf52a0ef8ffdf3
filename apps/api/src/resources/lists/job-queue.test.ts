import { describe, expect, it } from 'vitest'
import { JobQueue, QueueFullError } from './job-queue.ts'

const pending = () => Promise.withResolvers<string>()

describe('JobQueue', () => {
  it('runs no more jobs at once than it may, in the order they came', async () => {
    const queue = new JobQueue(2, 10)
    const gates = [pending(), pending(), pending(), pending()]
    const started: number[] = []
    const jobs = gates.map((gate, i) =>
      queue.run(async () => {
        started.push(i)
        return gate.promise
      }),
    )
    await Promise.resolve()
    expect(started).toEqual([0, 1])
    gates[1]!.resolve('b')
    expect(await jobs[1]).toBe('b')
    await Promise.resolve()
    expect(started).toEqual([0, 1, 2])
    for (const gate of gates) gate.resolve('x')
    await Promise.all(jobs)
    expect(started).toEqual([0, 1, 2, 3])
  })

  it('turns away what has no place left to wait, and counts it', async () => {
    const queue = new JobQueue(1, 1)
    const gate = pending()
    const running = queue.run(() => gate.promise)
    const waiting = queue.run(async () => 'waited')
    await expect(queue.run(async () => 'late')).rejects.toThrow(QueueFullError)
    expect(queue.refused).toBe(1)
    gate.resolve('done')
    expect(await Promise.all([running, waiting])).toEqual(['done', 'waited'])
  })

  it('goes on after a job that fails', async () => {
    const queue = new JobQueue(1, 1)
    const failing = queue.run(() => Promise.reject(new Error('no')))
    const next = queue.run(async () => 'yes')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})
