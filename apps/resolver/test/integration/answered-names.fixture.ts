/** A resolver whose upstream has one address for every name, so that an answer tells who gave it. */
import { ask, dataOf } from './dns-client.fixture.ts'
import { addressRecord, answerTo, RawUpstream } from './raw-upstream.fixture.ts'
import { ResolverProcess } from './resolver-process.fixture.ts'

export const BLOCKED = ['A 0.0.0.0']
/** By the upstream, for no time: it is asked again each time. */
export const ANSWERED = ['A 192.0.2.1']

/** The upstream answers from the process of the tests: on a machine that others keep busy too, now and then too late. */
const MAX_FAILURES = 5
const RCODE_MASK = 0x0f
const SERVFAIL = 2

interface AnsweredNames {
  readonly weir: ResolverProcess
  /** Data of the answer to a query for the name's address. */
  answer(name: string): Promise<string[]>
  stop(): Promise<void>
}

/** Starts the resolver; the API is started by whoever wants it. */
export async function startAnswering(): Promise<AnsweredNames> {
  const upstream = await RawUpstream.start(({ name }, query) => [
    answerTo(query, { answers: [addressRecord(name, '192.0.2.1', 0)] }),
  ])
  const weir = await ResolverProcess.start(`127.0.0.1:${upstream.port}`)
  return {
    weir,
    async answer(name) {
      for (let patience = MAX_FAILURES; ; patience--) {
        const reply = await ask(weir.port, name, 'A')
        if (((reply?.flags ?? 0) & RCODE_MASK) !== SERVFAIL || patience === 0) return dataOf(reply)
      }
    },
    async stop() {
      await weir.stop()
      await upstream.stop()
    },
  }
}
