/** A path or a name that goes on in the next line behind a mark, where it is too long. */
import { Fragment } from "react";

export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[._/])/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
