/* The merchant lets the app in again. */
document.getElementById("install").addEventListener("click", async (event) => {
  await fetch(event.target.dataset.url, { method: "POST" });
  location.reload();
});
