import { describe, expect, it } from 'vitest'
import { Outcome } from '../query/outcome.ts'
import { QueryContext } from '../query/query-context.ts'
import type { Stage } from '../query/stage.ts'
import { runStages } from './run-stages.ts'

const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))

function recorded(outcomes: Outcome[]): { stages: Stage[]; seen: number[] } {
  const seen: number[] = []
  const stages = outcomes.map((outcome, i) => ({
    name: `stage-${i}`,
    run: () => {
      seen.push(i)
      return outcome
    },
  }))
  return { stages, seen }
}

describe('runStages', () => {
  it('asks one stage after the other until one answers', () => {
    const { stages, seen } = recorded([Outcome.Continue, Outcome.Answered, Outcome.Continue])
    expect(runStages(stages, query)).toBe(Outcome.Answered)
    expect(seen).toEqual([0, 1])
  })

  it('stops at a drop', () => {
    const { stages, seen } = recorded([Outcome.Dropped, Outcome.Answered])
    expect(runStages(stages, query)).toBe(Outcome.Dropped)
    expect(seen).toEqual([0])
  })

  it('notes which stage waits, and goes on behind it', () => {
    const { stages, seen } = recorded([Outcome.Continue, Outcome.Waiting, Outcome.Answered])
    expect(runStages(stages, query)).toBe(Outcome.Waiting)
    expect(query.stageIndex).toBe(1)
    expect(runStages(stages, query, query.stageIndex + 1)).toBe(Outcome.Answered)
    expect(seen).toEqual([0, 1, 2])
  })
})
