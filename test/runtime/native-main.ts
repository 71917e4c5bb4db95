import "../../host/js/prelude";
import { compileTo } from "./native";
compileTo(process.argv[3], process.argv[2], JSON.parse(process.argv[4] ?? "{}"));
