/** `weir rules check | import | export`: lines of the rule language, with the parser that the API and the console use. */
import type { ImportResult } from '@weir/shared/contract/rule-requests'
import { checkRule } from '@weir/shared/rules/check-rule'
import { describeRule } from '@weir/shared/rules/describe-rule'
import { parseRuleLines } from '@weir/shared/rules/parse-line'
import { request } from './client.ts'
import type { Options } from './options.ts'
import { EXIT } from './policy-commands.ts'
import { CommandError, type Terminal } from './terminal.ts'

interface Counts {
  rules: number
  ignored: number
  refused: number
}

/** Needs no running Weir. */
export async function checkRules(options: Options, terminal: Terminal): Promise<number> {
  if (options.files.length === 0) throw new CommandError("give files, or '-' for the standard input")
  const counts: Counts = { rules: 0, ignored: 0, refused: 0 }
  for (const file of options.files) checkFile(file, options, terminal, counts)
  terminal.err(`${counts.rules} rules, ${counts.ignored} lines not for DNS, ${counts.refused} refused\n`)
  return counts.refused === 0 ? EXIT.Done : EXIT.Refused
}

function checkFile(file: string, { json }: Options, terminal: Terminal, counts: Counts): void {
  const name = file === '-' ? 'stdin' : file
  for (const { line, written, outcome } of parseRuleLines(terminal.read(file))) {
    const refuse = (reason: string): void => {
      counts.refused++
      terminal.err(`${name}:${line}: ${reason}: ${written.trim().slice(0, 200)}\n`)
    }
    if (outcome.kind === 'ignored') counts.ignored++
    else if (outcome.kind === 'rejected') refuse(outcome.reason)
    else if (outcome.kind === 'rules')
      for (const rule of outcome.rules) {
        const checked = checkRule(rule)
        if (!checked.ok) {
          refuse(checked.error[0]?.message ?? 'is not valid')
          continue
        }
        counts.rules++
        if (json) terminal.out(`${JSON.stringify({ line, rule, effect: describeRule(checked.value) })}\n`)
      }
  }
}

export async function importRules(options: Options, terminal: Terminal): Promise<number> {
  const { connection, files, dryRun, comment, json } = options
  const [file, ...more] = files
  if (file === undefined || more.length > 0) throw new CommandError("give one file, or '-' for the standard input")
  const body = { text: terminal.read(file), dryRun }
  const reply = await request(connection, 'POST', '/rules/import', { body, comment })
  const result = JSON.parse(reply) as ImportResult
  if (json) terminal.out(reply)
  const name = file === '-' ? 'stdin' : file
  for (const { line, text, reason } of result.rejected) terminal.err(`${name}:${line}: ${reason}: ${text}\n`)
  if (result.rejectedCount > result.rejected.length)
    terminal.err(`… and ${result.rejectedCount - result.rejected.length} more\n`)
  const { added, duplicates, ignored, rejectedCount } = result
  terminal.err(
    `${added} rules ${dryRun ? 'would be ' : ''}added, ${duplicates} there already, ${ignored} lines not for DNS, ${rejectedCount} refused\n`,
  )
  return rejectedCount === 0 ? EXIT.Done : EXIT.Refused
}

export async function exportRules({ connection }: Options, terminal: Terminal): Promise<number> {
  terminal.out(await request(connection, 'GET', '/rules/export'))
  return EXIT.Done
}
