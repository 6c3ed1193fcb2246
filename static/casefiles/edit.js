// The procedure belongs to penalties only.
const kind = document.getElementById("case_kind");
const field = document.getElementById("procedure-field");
const toggle = () => (field.hidden = kind.value !== "penalty");
kind.addEventListener("change", toggle);
toggle();
