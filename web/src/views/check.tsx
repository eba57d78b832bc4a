export function Check() {
  return <p />;
}
