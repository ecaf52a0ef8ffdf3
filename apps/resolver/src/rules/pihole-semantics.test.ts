/** What Pi-hole says of its rules (*Regular expressions*). */
import { describe } from 'vitest'
import { checkAnswers } from './maker-semantics.fixture.ts'

describe('Pi-hole: regular expressions', () => {
  checkAnswers([
    ['(^|\\.)ads\\.example$', 'www.ads.example', 'block'],
    ['(^|\\.)ads\\.example$', 'bads.example', 'pass'],
    ['regex[0-9].example', 'x.regex5.example', 'block'],
    ['regex[0-9].example', 'regexa.example', 'pass'],
    ['(^|\\.)ads\\.(?#more than this)example$', 'ads.example', 'block'],
    ['^ads[[:digit:]]+\\.', 'ads77.example', 'block'],
    ['abc;querytype=AAAA', 'abc.example AAAA', 'block'],
    ['abc;querytype=AAAA', 'abc.example A', 'pass'],
    ['.*;querytype=!A', 'abc.example HTTPS', 'block'],
    ['.*;querytype=!A', 'abc.example A', 'pass'],
    ['abc;querytype=!ANY,HTTPS', 'abc.example A', 'block'],
    ['abc;querytype=!ANY,HTTPS', 'abc.example HTTPS', 'pass'],
    ['abc;querytype=!ANY,HTTPS', 'abc.example ANY', 'pass'],
    ['abc;querytype=!HTTPS', 'abc.example ANY', 'block'],
    ['abc;querytype=A,HTTPS', 'abc.example HTTPS', 'block'],
    ['^abc$;invert', 'abc', 'pass'],
    ['^abc$;invert', 'abd', 'block'],
    ['^abc$;querytype=AAAA;invert', 'abc AAAA', 'pass'],
    ['^abc$;querytype=AAAA;invert', 'abd AAAA', 'block'],
    ['abc;reply=nxdomain', 'abc.example', 'block nxdomain'],
    ['abc;reply=NODATA', 'abc.example', 'block nodata'],
    ['abc;reply=refused', 'abc.example', 'block refused'],
    ['abc;reply=none', 'abc.example', 'block drop'],
    ['abc;reply=192.0.2.7', 'abc.example', 'block addresses'],
  ])
})
