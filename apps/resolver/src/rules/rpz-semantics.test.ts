/** What RPZ zones say (the RPZ draft). */
import { describe } from 'vitest'
import { checkAnswers, lines } from './maker-semantics.fixture.ts'

describe('RPZ', () => {
  checkAnswers([
    ['ads.example.org CNAME .', 'ads.example.org', 'block nxdomain'],
    ['ads.example.org CNAME .', 'x.ads.example.org', 'pass'],
    ['*.ads.example.org CNAME *.', 'x.ads.example.org', 'block nodata'],
    ['*.ads.example.org CNAME *.', 'ads.example.org', 'pass'],
    [lines('*.example.org CNAME .', 'ok.example.org CNAME rpz-passthru.'), 'ok.example.org', 'allow'],
    ['ads.example.org CNAME rpz-drop.', 'ads.example.org', 'block drop'],
    ['ads.example.org CNAME walled.example.', 'ads.example.org', 'CNAME walled.example'],
    ['ads.example.org A 192.0.2.66', 'ads.example.org', '192.0.2.66'],
    [lines('ads.example.org TXT ( ; two', '  "one"', '  "two)" )'), 'ads.example.org TXT', '"one" "two)"'],
    [lines('ads.example.org CNAME (', '.', ')', 'x.example.org CNAME .'), 'x.example.org', 'block nxdomain'],
    [
      lines(
        '$ORIGIN example.',
        'rpz 1h IN SOA ns. root. (',
        '  1 2',
        '  3 4 5 ) ; serial',
        '  NS ns.',
        '$ORIGIN rpz.example.',
        'ads CNAME .',
      ),
      'ads',
      'block nxdomain',
    ],
    [
      lines('$ORIGIN .', 'rpz.test 60 IN SOA ns. root. 1 2 3 4 5', '$ORIGIN rpz.test.', 'ads CNAME .'),
      'ads',
      'block nxdomain',
    ],
    [
      lines('$ORIGIN .', 'rpz.test IN 1h30m SOA ns. root. 1 2 3 4 5', 'ads.rpz.test IN 60 CNAME .'),
      'ads',
      'block nxdomain',
    ],
    ['32.10.2.0.192.rpz-client-ip CNAME .', 'any.example A from 192.0.2.10', 'block nxdomain'],
  ])
})

describe('RPZ: of what blocks and what answers, the longer name counts', () => {
  const rpz = lines('example.org CNAME .', '*.example.org CNAME .', 'www.example.org A 192.0.2.1')
  checkAnswers([
    [rpz, 'www.example.org', '192.0.2.1'],
    [rpz, 'ftp.example.org', 'block nxdomain'],
    [lines('*.example.org A 192.0.2.1', 'www.example.org CNAME .'), 'www.example.org', 'block nxdomain'],
    [lines('* CNAME .', 'www.example.org CNAME walled.example.'), 'www.example.org', 'CNAME walled.example'],
    [
      lines('32.10.2.0.192.rpz-client-ip CNAME .', 'www.example.org A 192.0.2.1'),
      'www.example.org A from 192.0.2.10',
      'block nxdomain',
    ],
  ])
})
