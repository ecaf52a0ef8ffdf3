/** Fields of settings: whole numbers and lists of lines, as the document holds them. */
import { useEffect, useState } from 'react'
import { TextArea, TextInput } from '../../ui/field.tsx'

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
  readonly unit?: string
  /** How many of the stored unit one of the shown is: 1,048,576 shows octets as MB. */
  readonly scale?: number
  readonly help?: string
  readonly error?: string | undefined
}

export function NumberField({ label, value, onChange, unit, scale = 1, help, error }: NumberFieldProps) {
  const [text, setText] = useState(String(value / scale))
  useEffect(() => setText((shown) => (Number(shown) * scale === value ? shown : String(value / scale))), [value, scale])
  const isNumber = /^\d+(\.\d+)?$/.test(text.trim())
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      {...(unit && { unit })}
      help={help}
      error={isNumber ? inShownUnit(error, scale, unit) : 'a number'}
      value={text}
      onChange={(next) => {
        setText(next)
        if (/^\d+(\.\d+)?$/.test(next.trim())) onChange(Math.round(Number(next) * scale))
      }}
    />
  )
}

/** `must be at least 65536` of octets, where megabytes are shown: `must be at least 0.07 MB`. */
export function inShownUnit(error: string | undefined, scale: number, unit: string | undefined): string | undefined {
  if (scale === 1) return error
  return error?.replace(/(at least|at most) (\d+)$/, (_, side: string, bound: string) => {
    const round = side === 'at least' ? Math.ceil : Math.floor
    return `${side} ${round((Number(bound) / scale) * 100) / 100} ${unit}`
  })
}

interface LinesFieldProps {
  readonly label: string
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
  readonly placeholder?: string
  readonly help?: string
  readonly rows?: number
  readonly error?: string | undefined
}

export function LinesField({ label, value, onChange, placeholder, help, rows = 3, error }: LinesFieldProps) {
  const [text, setText] = useState(value.join('\n'))
  useEffect(
    () => setText((shown) => (linesOf(shown).join('\n') === value.join('\n') ? shown : value.join('\n'))),
    [value],
  )
  return (
    <TextArea
      label={label}
      isMono
      rows={rows}
      placeholder={placeholder}
      help={help}
      error={error}
      value={text}
      onChange={(next) => {
        setText(next)
        onChange(linesOf(next))
      }}
    />
  )
}

const linesOf = (text: string): string[] => text.split(/[\s,]+/).filter((line) => line !== '')
