/** What stands behind a listener in its tests, in place of the pipeline. */
import type { QueryHandler } from '../query/ports.ts'
import type { QueryContext } from '../query/query-context.ts'

type Done = (query: QueryContext, send: boolean) => void

/** Sends each query back as its response, at once. */
export const echo: QueryHandler = {
  handle(query, done) {
    query.out.set(query.message.subarray(0, query.messageLength))
    query.outLength = query.messageLength
    done(query, true)
  },
}

/** Keeps queries until told to send them back. */
export class HoldingHandler implements QueryHandler {
  readonly held: [QueryContext, Done][] = []
  handle(query: QueryContext, done: Done): void {
    this.held.push([query, done])
  }
  answer(index = 0): void {
    const [[query, done]] = this.held.splice(index, 1) as [[QueryContext, Done]]
    echo.handle(query, done)
  }
  answerAll(): void {
    while (this.held.length > 0) this.answer()
  }
}
