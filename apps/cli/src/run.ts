/** Finds the command and runs it. */
import { type Options, readOptions } from './options.ts'
import { applyPolicy, EXIT, exportPolicy, planPolicy } from './policy-commands.ts'
import { checkRules, exportRules, importRules } from './rule-commands.ts'
import { CommandError, processTerminal, type Terminal } from './terminal.ts'

const USAGE = `Usage: weir COMMAND [FILE] [options]      FILE may be - for the standard input

  weir policy export [-o FILE]     the whole policy as one text file
  weir policy plan FILE            what the file would change; exit code 0: nothing, 2: something
  weir policy apply FILE           show that, ask, and put it in place in one revision
  weir rules check FILE…           are these lines rules? Needs no running Weir
  weir rules import FILE           import lines of the rule language
  weir rules export                all own rules as lines

  --url URL              where Weir is   (WEIR_URL, else http://127.0.0.1:8053)
  --yes, -y              apply without asking
  --dry-run              import or apply nothing, only say what would happen
  --expect-revision N    refuse when the configuration has another revision
  --comment TEXT, -m     kept with the revision
  --json                 for programs
  --help, -h

The token comes from WEIR_TOKEN or WEIR_ADMIN_TOKEN.
Exit codes: 0 done or nothing to do, 1 refused or failed, 2 the plan has changes.
`

type Command = (options: Options, terminal: Terminal) => Promise<number>

const COMMANDS: Readonly<Record<string, Command>> = {
  'policy export': exportPolicy,
  'policy plan': planPolicy,
  'policy apply': applyPolicy,
  'rules check': checkRules,
  'rules import': importRules,
  'rules export': exportRules,
}

/** @returns the exit code */
export async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal = processTerminal,
): Promise<number> {
  try {
    const options = readOptions(args, environment)
    if (options.help || options.words.length === 0) {
      terminal.out(USAGE)
      return options.help ? EXIT.Done : EXIT.Refused
    }
    const command = COMMANDS[options.words.join(' ')]
    if (command === undefined) throw new CommandError(`'${options.words.join(' ')}' is no command (weir --help)`)
    return await command(options, terminal)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.err(`weir: ${error.message}\n`)
    return EXIT.Refused
  }
}
