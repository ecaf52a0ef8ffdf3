/** Is the window as narrow as a phone's? The same edge as `$phone` in the style sheets. */
import { useMediaQuery } from '@mantine/hooks'

export const usePhone = (): boolean =>
  useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false }) ?? false
