export function Footprint() {
  return <p />;
}
