/** Whether a server answers rightly, asked before any load: a figure of a broken server would be worse than none. */
import { DnsProbe, isBlockAnswer, type ProbeReply } from './dns-probe.ts'

const PATIENCE_MS = 5000
const BLOCKED_SAMPLES = 20

/** Upstream's addresses for everything below `perf`. */
const isForwarded = ({ rcode, lastAddress }: ProbeReply): boolean => rcode === 0 && lastAddress.startsWith('192.0.2.')

/**
 * Names from all over the list must be blocked, and two names that are in no list answered as upstream does.
 * @throws Error that names the first question with a wrong answer or none
 */
export async function checkAnswers(server: string, port: number, list: readonly string[]): Promise<void> {
  const probe = new DnsProbe(port)
  const expect = (name: string, isRight: (reply: ProbeReply) => boolean): Promise<number> =>
    probe.until(name, isRight, PATIENCE_MS).catch(() => {
      throw new Error(`${server} answers ${name} wrongly or not at all`)
    })
  try {
    for (let i = 0; i < BLOCKED_SAMPLES; i++)
      await expect(list[Math.floor((i * (list.length - 1)) / (BLOCKED_SAMPLES - 1))]!, isBlockAnswer)
    await expect('check.perf', isForwarded)
    await expect('check.uniq.perf', isForwarded)
  } finally {
    probe.close()
  }
}
