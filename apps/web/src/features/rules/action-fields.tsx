/** The fields that belong to one action only. */
import type { BlockAnswerKind } from '@weir/shared/contract/rules'
import { SelectInput, TextArea, TextInput } from '../../ui/field.tsx'
import type { RuleFormProps } from './rule-form-props.ts'
import { ANSWER_LABELS } from './rule-words.ts'
import styles from './rules.module.css'

export function ActionFields(props: RuleFormProps) {
  const { draft, onChange, errors } = props
  switch (draft.action) {
    case 'block':
      return <BlockFields {...props} />
    case 'allow':
      return null
    case 'forward':
      return (
        <TextArea
          label="Servers, one a line, asked in this order"
          isMono
          rows={3}
          placeholder={'192.0.2.53\n[2001:db8::1]:5300\ntls://dns.example.net'}
          value={draft.servers}
          onChange={(servers) => onChange({ servers })}
          error={draft.servers === '' ? undefined : errors['servers']}
        />
      )
    case 'alias':
      return (
        <TextInput
          label="Target name"
          isMono
          placeholder="new.example.org"
          help={draft.match === 'suffix' ? 'Labels below stay: a.old.example becomes a.new.example.' : undefined}
          value={draft.target}
          onChange={(target) => onChange({ target })}
          error={draft.target === '' ? undefined : errors['target']}
        />
      )
    case 'rewrite':
      return draft.match === 'address' ? (
        <TextInput
          label="Replace by: an address, or a prefix of the same length"
          isMono
          placeholder="192.0.2.0/24"
          value={draft.target}
          onChange={(target) => onChange({ target })}
          error={draft.target === '' ? undefined : errors['target']}
        />
      ) : (
        <AddressFields {...props} />
      )
  }
}

function BlockFields(props: RuleFormProps) {
  const { draft, onChange, errors } = props
  return (
    <>
      <SelectInput
        label="Answer"
        value={draft.answerKind}
        onChange={(answerKind) => onChange({ answerKind })}
        options={[['', 'As set for all blocks'], ...(Object.entries(ANSWER_LABELS) as [BlockAnswerKind, string][])]}
        error={errors['answer'] ?? errors['answer.kind']}
      />
      {draft.answerKind === 'addresses' && (
        <>
          <AddressFields {...props} prefix="answer." />
          <div className={styles.pair}>
            <TextInput
              label="TXT, if wanted"
              value={draft.txt}
              onChange={(txt) => onChange({ txt })}
              error={errors['answer.txt']}
            />
            <TextInput
              label="MX, if wanted"
              isMono
              placeholder="10 mail.example.org"
              value={draft.mx}
              onChange={(mx) => onChange({ mx })}
              error={errors['answer.mx']}
            />
          </div>
        </>
      )}
    </>
  )
}

function AddressFields({ draft, onChange, errors, prefix = '' }: RuleFormProps & { readonly prefix?: string }) {
  return (
    <div className={styles.pair}>
      <TextArea
        label="IPv4 addresses"
        isMono
        rows={2}
        placeholder="192.0.2.80"
        value={draft.ipv4}
        onChange={(ipv4) => onChange({ ipv4 })}
        error={errors[`${prefix}ipv4`]}
      />
      <TextArea
        label="IPv6 addresses"
        isMono
        rows={2}
        placeholder="2001:db8::80"
        value={draft.ipv6}
        onChange={(ipv6) => onChange({ ipv6 })}
        error={errors[`${prefix}ipv6`]}
      />
    </div>
  )
}
