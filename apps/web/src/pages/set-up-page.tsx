/** First run: choose the administrator's password. */
import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { EntryFrame } from '../features/session/entry-frame.tsx'
import { SetUpForm } from '../features/session/set-up-form.tsx'
import { setUpQuery } from '../features/session/sign-in.ts'

export function SetUpPage() {
  const navigate = useNavigate()
  const setUp = useQuery(setUpQuery)
  if (setUp.data && !setUp.data.needed) return <Navigate to="/sign-in" replace />
  return (
    <EntryFrame title="Set up Weir" note="DNS is already being answered. Choose a password to manage it.">
      <SetUpForm onDone={() => void navigate({ to: '/' })} />
    </EntryFrame>
  )
}
