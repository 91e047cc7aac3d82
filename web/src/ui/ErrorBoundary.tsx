/** A mistake in one part of a page leaves the rest of it standing. */
import { Component, type ReactNode } from "react";
import { ErrorState } from "./States";

type Props = { children: ReactNode };

export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorState error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}
