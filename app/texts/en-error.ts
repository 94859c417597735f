// The texts of the error page; apart from en.ts, so that the page of last resort does not load every sentence.
export const errorTexts = {
  title: 'This page could not be made',
  body: 'The server met an error. Labs that run are not touched by it.',
  again: 'Try again',
  reference: 'Reference',
}
