// Shows the questions of one verdict; the button that is pressed says which.
const buttons = document.querySelectorAll(".filter button");
const questions = document.querySelectorAll("details[data-verdict]");
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    const wanted = button.dataset.verdict;
    for (const one of questions) one.hidden = wanted !== "" && one.dataset.verdict !== wanted;
  });
}
