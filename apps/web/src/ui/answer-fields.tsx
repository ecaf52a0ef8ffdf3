/** The block answer of a group or a service: nothing said is inherited, part by part. */
import type { BlockAnswerKind, BlockErrorCode, SourceAnswer } from '@weir/shared/contract/block-answer'
import { useState } from 'react'
import styles from './answer-fields.module.css'
import { SelectInput, TextArea, TextInput } from './field.tsx'

interface AnswerFieldsProps {
  readonly value: SourceAnswer | null
  /** What holds where nothing is said, as in `As set for all blocks`. */
  readonly inherited: string
  /** Null: nothing is said. */
  readonly onChange: (answer: SourceAnswer | null) => void
  /** By field, as in `answer.ipv4[0]`. */
  readonly errors?: Readonly<Record<string, string>>
}

const KINDS: readonly (readonly [BlockAnswerKind, string])[] = [
  ['null', 'Null address (0.0.0.0, ::)'],
  ['nxdomain', 'NXDOMAIN: the name does not exist'],
  ['nodata', 'NODATA: no such record'],
  ['refused', 'REFUSED'],
  ['drop', 'No reply at all'],
  ['addresses', 'Given addresses'],
]
const ERRORS: readonly (readonly [BlockErrorCode, string])[] = [
  ['blocked', '15 Blocked: the network does not want it'],
  ['censored', '16 Censored: somebody else does not'],
  ['filtered', '17 Filtered: its people asked for it'],
  ['prohibited', '18 Prohibited: they may not'],
]

export function AnswerFields({ value, inherited, onChange, errors = {} }: AnswerFieldsProps) {
  const answer = value ?? {}
  const set = (part: { [K in keyof SourceAnswer]: SourceAnswer[K] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...answer, ...part }).filter(([, one]) => one !== undefined))
    onChange(Object.keys(next).length > 0 ? (next as SourceAnswer) : null)
  }
  return (
    <>
      <SelectInput
        label="Answer to blocked names"
        value={answer.kind ?? ''}
        onChange={(kind) =>
          kind === 'addresses' ? set({ kind }) : set({ kind: kind || undefined, ipv4: undefined, ipv6: undefined })
        }
        options={[['', inherited], ...KINDS]}
        error={errors['answer.kind']}
      />
      {answer.kind === 'addresses' && (
        <div className={styles.pair}>
          <Lines label="IPv4 addresses" field="ipv4" value={answer.ipv4} onChange={set} errors={errors} />
          <Lines label="IPv6 addresses" field="ipv6" value={answer.ipv6} onChange={set} errors={errors} />
        </div>
      )}
      <div className={styles.pair}>
        <Ttl
          value={answer.ttlSeconds}
          onChange={(ttlSeconds) => set({ ttlSeconds })}
          error={errors['answer.ttlSeconds']}
        />
        <SelectInput
          label="Error code (RFC 8914)"
          value={answer.extendedError ?? ''}
          onChange={(extendedError) => set({ extendedError: extendedError || undefined })}
          options={[['', 'Inherited'], ...ERRORS]}
        />
      </div>
    </>
  )
}

interface LinesProps {
  readonly label: string
  readonly field: 'ipv4' | 'ipv6'
  readonly value: readonly string[] | undefined
  readonly onChange: (part: { ipv4?: string[] | undefined; ipv6?: string[] | undefined }) => void
  readonly errors: Readonly<Record<string, string>>
}

function Lines({ label, field, value = [], onChange, errors }: LinesProps) {
  const [text, setText] = useState(value.join('\n'))
  return (
    <TextArea
      label={label}
      isMono
      rows={2}
      value={text}
      placeholder={field === 'ipv4' ? '192.0.2.80' : '2001:db8::80'}
      onChange={(next) => {
        setText(next)
        const lines = next.split(/[\s,]+/).filter((line) => line !== '')
        onChange({ [field]: lines.length > 0 ? lines : undefined })
      }}
      error={Object.entries(errors).find(([name]) => name.startsWith(`answer.${field}`))?.[1]}
    />
  )
}

interface TtlProps {
  readonly value: number | undefined
  readonly onChange: (seconds: number | undefined) => void
  readonly error: string | undefined
}

function Ttl({ value, onChange, error }: TtlProps) {
  const [text, setText] = useState(value === undefined ? '' : String(value))
  const isFine = /^\d*$/.test(text.trim())
  return (
    <TextInput
      label="TTL of block answers"
      unit="s"
      inputMode="numeric"
      placeholder="inherited"
      value={text}
      error={isFine ? error : 'a whole number of seconds, or nothing'}
      onChange={(next) => {
        setText(next)
        if (/^\d*$/.test(next.trim())) onChange(next.trim() === '' ? undefined : Number(next))
      }}
    />
  )
}
