/** First run: the code from the terminal proves who may choose the password. */
import { type FormEvent, useState } from 'react'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import styles from './entry-frame.module.css'
import { useSetUp } from './sign-in.ts'

const MIN_PASSWORD_CHARACTERS = 8

export function SetUpForm({ onDone }: { readonly onDone: () => void }) {
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const setUp = useSetUp()
  const error = setUp.error
  const fieldErrors = error instanceof ApiError ? error.fieldErrors : {}
  const isShort = password !== '' && password.length < MIN_PASSWORD_CHARACTERS
  const isDifferent = repeated !== '' && repeated !== password
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isShort || isDifferent) return
    setUp.mutate({ code: code.trim(), password }, { onSuccess: onDone })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextInput
        label="Set-up code"
        isMono
        value={code}
        onChange={setCode}
        autoFocus
        required
        error={fieldErrors['code']}
        help="Weir printed it in its terminal when it started."
      />
      <TextInput
        label="Password of the user admin"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        required
        error={fieldErrors['password'] ?? (isShort ? `At least ${MIN_PASSWORD_CHARACTERS} characters` : undefined)}
      />
      <TextInput
        label="The same again"
        type="password"
        autoComplete="new-password"
        value={repeated}
        onChange={setRepeated}
        required
        error={isDifferent ? 'The two passwords differ' : undefined}
      />
      {error && (
        <p className={styles.failure} role="alert">
          {messageOf(error)}
        </p>
      )}
      <Button type="submit" variant="strong" className={styles.submit} isBusy={setUp.isPending}>
        Set up and sign in
      </Button>
    </form>
  )
}
